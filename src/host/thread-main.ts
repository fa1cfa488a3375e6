// The other side of thread.ts: calls the function for each message and answers with what it returns.

import { type MessagePort, workerData } from 'node:worker_threads';

const { module, port } = workerData as { module: string; port: MessagePort };
const { work } = (await import(module)) as { work: (message: unknown) => Promise<unknown> };
port.on('message', async (message) => port.postMessage(await work(message)));
