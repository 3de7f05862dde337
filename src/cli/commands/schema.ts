/** `headroom schema`: the JSON Schema of the plan file, for editors. */

import { EXIT } from '../../app/exit.ts';
import { planJsonSchema } from '../../plan/schema.ts';
import type { Outcome, Session } from '../session.ts';

/** Runs the command. */
export function schemaCommand({ world }: Session): Promise<Outcome> {
  world.stdout.write(`${JSON.stringify(planJsonSchema(), null, 2)}\n`);
  return Promise.resolve({ code: EXIT.pass });
}
