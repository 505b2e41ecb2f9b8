/**
 * Every answer that was taken for an execution, in order: the loop asks when it begins and when it is told of one. The value as text:
 * the driver reads JSON by itself, and who is given a text by it cannot tell whether that was read already.
 */
export const answersOf = `
select step_key, attempt, value::text as value, by from execution_answers where execution_id = $1 order by place`;
