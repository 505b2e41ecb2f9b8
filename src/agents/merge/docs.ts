export const mergeDocs = `
Brings branches together into one. Any number of connections may arrive at its one port.

**Input** \`value\`: what the branches give. **Outputs** \`items\`: the list of it, in the order of the connections; \`first\`: its
first element, handy where only one branch of a Condition or Switch is taken.

**Wait for**
- **all**: every branch that is taken. Branches that were skipped (the other side of a Condition) are not waited for.
- **first**: goes on with the branch that is there first. The others run on, but what they bring is not looked at: use it to ask
  two models and take the faster one. When two arrive in the same moment, the upper connection counts.
- **any**: as **first**, with as many branches as you say. When fewer can still come, it goes on with those.

With no branch taken at all it is skipped, and what depends only on it too.

**Example.** Three reviewers side by side, *any* 2, then a model that reads \`{{ steps.merge.items }}\`.

**When it fails.** Only when what arrived together is larger than one step may put out (8 MB).
`.trim();
