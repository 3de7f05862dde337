/** What GitHub's runner reads from the file of a step's outputs (actions/runner, FileCommandManager.cs). */

/** Values by name. @throws Error where the runner would refuse the file */
export function outputsOf(text: string): Record<string, string> {
  const lines = text.split(/\r\n|\n|\r/);
  const outputs: Record<string, string> = {};
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      outputs[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    if (heredoc <= 0) throw new Error(`invalid format: ${line}`);
    const end = lines.indexOf(line.slice(heredoc + 2), index + 1);
    if (end < 0) throw new Error(`no end of ${line}`);
    outputs[line.slice(0, heredoc)] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return outputs;
}
