import { expect, test } from 'vitest';
import { workflowCommands } from './workflow-commands.ts';

test.each([
  ['::error file=a.yml,line=3::m', ['error', { file: 'a.yml', line: '3' }, 'm']],
  ['  \t::add-mask::s%25%0A', ['add-mask', {}, 's%\n']],
  ['::warning title=a%3A b%2C c::x::y', ['warning', { title: 'a: b, c' }, 'x::y']],
  ['text ##[set-env name=A;b=c]v', ['set-env', { name: 'A', b: 'c' }, 'v']],
])('the runner reads %j', (line, [name, properties, data]) => {
  expect(workflowCommands(`before\n${line}\nafter`)).toMatchObject([{ name, properties, data }]);
});

test.each(['text ::error::m', ':: no end', ': :error::m', '# #[error]m', '##[error'])(
  '%j is no command',
  (line) => {
    expect(workflowCommands(line)).toEqual([]);
  },
);
