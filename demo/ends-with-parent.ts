/**
 * For `node --import`: the process ends, in its own orderly way, when the one that started it is gone. Whoever starts it holds the other end of its
 * input, which closes however they die.
 */
import { Socket } from 'node:net'
import { isMainThread } from 'node:worker_threads'

// Worker threads load this too, and their input has ended from the start.
if (isMainThread) {
  const { stdin } = process
  stdin.resume().once('end', () => process.kill(process.pid, 'SIGTERM'))
  // Waiting for the end must not be what keeps the process alive.
  if (stdin instanceof Socket) stdin.unref()
}
