// The end of the stack, where any call may fail.

/**
 * Throws where the stack is nearly used up. An exception that was caught there may have been thrown by our own call of a
 * host function, and then says nothing about the value that was looked at.
 */
export function assertRoom(frames = 64): void {
  if (frames > 0) assertRoom(frames - 1);
}
