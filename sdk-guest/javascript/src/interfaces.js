// The interfaces of a dialect and their functions, as `wit/dialect/dialect.wit` has them. `open` of `script` is a static
// function of its resource.

export const INTERFACES = {
  describe: ["describe"],
  server: ["login", "probe", "facts"],
  database: ["maintenance", "exists", "create", "destroy"],
  naming: ["rules", "quote", "qualify"],
  literals: ["literal", "escape"],
  transaction: ["control", "around"],
  tracking: ["latest", "upgrade", "action", "adopt"],
  lock: ["action"],
  script: ["open"],
  effect: ["look"],
  errors: ["classify"],
};
