export const dataProcessorDocs = `
Works on a list of rows. Text is read as JSON, or as CSV with a header row; separators \`,\` \`;\` tab and \`|\` are recognised.

| operation | what it makes |
|---|---|
| filter | the items for which the JSONata condition holds: \`amount > 100 and country = "DE"\` |
| map | one new item for each: \`{ "name": name, "total": price * quantity }\`; an expression without a result gives null |
| sort | the same items in order; numbers by value, text by its characters with numbers inside it by value (\`item 9\` before \`item 10\`); items without the field last; equal items keep their order |
| group | one row for each group: its fields, \`count\` and \`items\` |
| aggregate | one row for each group: its fields and the calculations, \`count(), sum(amount) as total, avg(price)\` |
| join | each item with the fields of its match in **other**; a field that both have comes twice, the second as \`other_<name>\` |
| dedupe | the first of each, whole items or by fields |
| transform | whatever the JSONata says: \`data\` is everything, \`other\` the second input |

**Fields** are names separated by commas; dots go deeper (\`customer.name\`); a name with a comma goes in backticks.

**In condition and mapping** an item's fields are named directly and \`$\` is the item. What other steps put out is reached from the root:
\`amount > $$.steps.limits.value\`.

**CSV** A column whose every filled cell is a number becomes numbers (and its empty cells are left out of their rows); switch it off to keep text.
Numbers with leading zeros, a plus sign or a decimal comma stay text. Every row must have as many cells as the header.

**Limits** 100,000 rows, 10 million characters of text. sum, avg, min and max take numbers and text that is a number; empty cells are passed over.
`.trim();
