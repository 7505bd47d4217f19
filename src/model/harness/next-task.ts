/**
 * Lets the thread's waiting messages be handled (an abort, a click) and then goes on. A timer would
 * wait at least 4 ms in a browser; a message to oneself does not.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
