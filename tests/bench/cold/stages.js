// From a bundle's text to its first result, stage by stage. A classic script: its text is run in each kind of realm.
//
// What begins and ends a stage is seen from outside, at WebAssembly's own constructors, so that every build of the
// package is measured alike. A contender without a module spends nothing there.

/**
 * @param {() => number} now milliseconds
 * @param {() => unknown} evaluate runs the bundle's text and gives the contender's `safeParse`, perhaps later
 * @param {unknown} value
 */
async function coldStart(now, evaluate, value) {
  const marks = {};
  const timed = (name) => {
    WebAssembly[name] = new Proxy(WebAssembly[name], {
      construct(target, given) {
        const start = now();
        const made = new target(...given);
        marks[name] = { start, end: now() };
        return made;
      },
    });
  };
  timed("Module");
  timed("Instance");
  const start = now();
  const safeParse = await evaluate();
  const evaluated = now();
  const { success } = safeParse(value);
  const end = now();
  safeParse(value);
  const again = now() - end;
  const { Module = { start: evaluated, end: evaluated }, Instance = { start: Module.end, end: Module.end } } = marks;
  return {
    success,
    stages: {
      evaluate: evaluated - start,
      decode: Module.start - evaluated,
      compile: Module.end - Module.start,
      instantiate: Instance.end - Module.end,
      "first call": end - Instance.end,
      total: end - start,
      "second call": again,
    },
  };
}
