// Which files may need each other: none in a circle. dependency-cruiser, unlike the rule for eslint, counts circles of types
// alone: neither file can then be read without the other.
module.exports = {
  forbidden: [{ name: "no-circle", severity: "error", from: {}, to: { circular: true } }],
  options: { tsPreCompilationDeps: true, doNotFollow: { path: "node_modules" } },
};
