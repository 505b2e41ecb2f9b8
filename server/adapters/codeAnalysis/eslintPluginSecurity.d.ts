// eslint-plugin-security comes without types.
declare module "eslint-plugin-security" {
  import type { Rule } from "eslint";

  const plugin: { readonly rules: Record<string, Rule.RuleModule> };
  export default plugin;
}
