/** nginx on one core, answering 12 bytes; its own request counter is the referee. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Starts it pinned to `core`. `requests()` is the number of requests answered so far. */
export async function startNginx(core) {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port));
  const nginx = spawn('taskset', ['-c', `${core}`, 'nginx', '-c', join(folder, 'nginx.conf')], {
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}/`;
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      await counter(port);
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return {
    url,
    requests: () => counter(port),
    stop: () => {
      nginx.kill('SIGTERM');
      nginx.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    },
  };
}

function configuration(folder, port) {
  return `worker_processes 1; daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
  uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
  server { listen 127.0.0.1:${port}; location / { return 200 "hello world\\n"; } location /status { stub_status; } }
}`;
}

async function counter(port) {
  const text = await new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: '/status', agent: false }, (response) => {
      let body = '';
      response
        .setEncoding('utf8')
        .on('data', (chunk) => (body += chunk))
        .on('end', () => resolve(body));
    }).on('error', reject);
  });
  return Number(/\n\s*\d+\s+\d+\s+(\d+)/.exec(text)?.[1]);
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
