/**
 * The control endpoint, on a port of its own: faults are listed, added and cleared here, and what has arrived
 * and who lives can be read.
 *
 *   GET /control/faults       POST /control/faults {"replica": 1, "kind": "slow", "ms": 500, "for": "30s"}
 *   GET /control/replicas     DELETE /control/faults, or one of them with ?id=1
 *   GET /control/arrivals
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Arrivals } from './balancer.ts';
import { FaultError, parseFault } from './faults.ts';
import { parseJson, Refusal, readBody, readTarget, sendError, sendJson } from './http-exchange.ts';
import type { Fault, ReplicaProcesses } from './replica-processes.ts';

/** A server, not yet listening. @param arrivals what the balancer has counted */
export function controlServer(replicas: ReplicaProcesses, arrivals: () => Arrivals): Server {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = readTarget(request);
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /control/faults':
        return sendJson(response, 200, shownFaults(replicas));
      case 'POST /control/faults': {
        const order = readOrder((await readBody(request)).toString(), replicas.ports.length);
        return sendJson(response, 201, shown(await replicas.add(order)));
      }
      case 'DELETE /control/faults':
        await replicas.clear(chosen(replicas, url.searchParams.get('id')));
        return sendJson(response, 200, shownFaults(replicas));
      case 'GET /control/replicas':
        return sendJson(response, 200, { pid: process.pid, replicas: replicas.statuses });
      case 'GET /control/arrivals':
        return sendJson(response, 200, arrivals());
      default:
        throw new Refusal(
          404,
          'there are /control/faults (GET, POST, DELETE), /control/replicas, /control/arrivals',
        );
    }
  };
  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => sendError(response, error));
  });
}

function readOrder(body: string, replicas: number): ReturnType<typeof parseFault> {
  try {
    return parseFault(parseJson(body), replicas);
  } catch (error) {
    throw error instanceof FaultError ? new Refusal(400, error.message) : error;
  }
}

function chosen(replicas: ReplicaProcesses, id: string | null): number[] {
  const ids = replicas.faults.map((fault) => fault.id);
  if (id === null) return ids;
  if (ids.includes(Number(id))) return [Number(id)];
  throw new Refusal(404, `there is no fault with that id: in force are ${ids.join(', ') || 'none'}`);
}

function shownFaults(replicas: ReplicaProcesses): object {
  return { faults: replicas.faults.map(shown) };
}

function shown({ id, replica, forMs, effect }: Fault): object {
  return { id, replica, ...effect, forMs };
}
