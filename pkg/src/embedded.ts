// What makes an entry complete: whoever uses one of its exports has the package's own copy of the module.
import { device, parts } from "#module";
import { provide } from "./parts.js";

/**
 * Gives `value` back, and the core its module. Marked as pure where it is called, so that a bundler drops the call, and
 * with it the module, exactly where the value is not used; nothing is compiled before the core is asked.
 */
export function withModule<T>(value: T): T {
  provide(parts);
  return value;
}

/** The same for what keeps pipelines on a device: a part of the module that bundles without it leave out. */
export function withDevice<T>(value: T): T {
  provide([...parts, ...device]);
  return value;
}
