/** Names that no path may step through: they lead out of the data. */
export const refusedNames: ReadonlySet<string> = new Set(["constructor", "__proto__", "prototype"]);

/** JSONata's built-in functions, without `$eval`; `$now` and `$millis` take the time from the evaluation's clock. */
export const builtInNames = [
  ..."sum count max min average string substring substringBefore substringAfter lowercase uppercase length".split(" "),
  ..."trim pad match contains replace split join formatNumber formatBase formatInteger parseInteger number".split(" "),
  ..."floor ceil round abs sqrt power random boolean not map zip filter single reduce sift keys lookup".split(" "),
  ..."append exists spread merge reverse each error assert type sort shuffle distinct base64encode".split(" "),
  ..."base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl toMillis fromMillis clone".split(" "),
];

/** Variables that are there without anybody binding them: the context, the scope, the functions. */
export const freeVariables: ReadonlySet<string> = new Set(["", "$", "now", "millis", ...builtInNames]);
