// A thread that calls one function again and again. The caller fetches results when it likes, without a turn of the event loop:
// none comes while a guest executes.

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

export class Thread<In, Out> {
  private readonly port: MessagePort;
  private readonly worker: Worker;

  /** `main` is the file of thread-main.ts as built, `module` that of a module which exports `work`: In → Out. */
  constructor(main: URL, module: URL) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.worker = new Worker(main, { workerData: { module: module.href, port: port2 }, transferList: [port2] });
    // Whoever ends the program need not wait for it.
    this.worker.unref();
    this.port.unref();
  }
  post(message: In): void {
    this.port.postMessage(message);
  }
  receive(): Out | undefined {
    return receiveMessageOnPort(this.port)?.message as Out | undefined;
  }
  async close(): Promise<void> {
    this.port.close();
    await this.worker.terminate();
  }
}
