/** Every answer that was taken for an execution, in order: the loop asks when it begins and when it is told of one. */
export const answersOf = `
select step_key, attempt, value, by from execution_answers where execution_id = $1 order by place`;
