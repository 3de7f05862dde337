/** Closes what a test started when the test ends, however it ends. */

import { afterEach } from 'vitest';
import { type Script, type ScriptedServer, startScripted } from './scripted-server.ts';

/** Something that must be closed. */
interface Closable {
  close(): Promise<void> | void;
}

/** Called once at the top of a test file. @returns what registers a thing to be closed after the test, and hands it back */
export function useClosing(): <T extends Closable>(thing: T) => T {
  const things: Closable[] = [];
  afterEach(async () => {
    for (const thing of things.splice(0).reverse()) await thing.close();
  });
  return (thing) => {
    things.push(thing);
    return thing;
  };
}

/** The same for scripted servers. */
export function useScripted(): (script: Script) => Promise<ScriptedServer> {
  const closing = useClosing();
  return async (script) => closing(await startScripted(script));
}
