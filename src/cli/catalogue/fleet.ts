/** The command that asks a fleet. */

import type { Command } from 'commander';
import { EXIT } from '../../app/exit.ts';
import { addFleetOptions } from '../options.ts';
import { bind, exitCodes, type Running } from './bind.ts';

const FLEET_EXAMPLES = `
Examples:
  headroom fleet api.internal:8080                       every address of the name is a server
  headroom fleet http://10.0.0.3:8080/ http://10.0.0.4:9100/metrics
  headroom fleet --file fleet.txt --near 70% --top 10    address [name [kind]], one a line
  headroom fleet --prometheus http://10.0.0.7:9090 --match 'job="api"'
  headroom fleet --probes 300 --for 60s --file fleet.txt servers that tell nothing, held against each other
`;

const FLEET_EXITS = {
  [EXIT.pass]: 'every server is shown to be below --near',
  [EXIT.fail]: 'one or more is near, saturated or down',
  [EXIT.inconclusive]: 'none is, but not all can be told: low observability, or an outlier',
  [EXIT.interrupted]: 'interrupted (SIGINT) before a look was over; --watch: the code of its last look',
  [EXIT.terminated]: 'terminated (SIGTERM) before a look was over; --watch: the code of its last look',
};

/** Adds `fleet`. */
export function fleetCommand(program: Command, run: Running): void {
  const fleet = addFleetOptions(program.command('fleet'))
    .summary('say which servers run near their capacity')
    .description(
      'Looks at each server twice, reads what it tells of itself (metrics, expvar, pprof, load reports), times a few requests, and lists the servers by what limits them, hottest first. What cannot be told is said to be so.',
    )
    .argument('[target...]', 'URL, host:port, or a page such as http://10.0.0.3:9100/metrics')
    .addHelpText('after', FLEET_EXAMPLES + exitCodes(FLEET_EXITS));
  bind(fleet, run, async () => (await import('../fleet/fleet.ts')).fleetCommand);
}
