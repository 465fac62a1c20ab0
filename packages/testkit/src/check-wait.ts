import { checkFields, refuseOption } from './check-option.ts'

/** Throws a TypeError for options of a wait that are none: with `timeout` it would last as long as usual. */
export const checkWait = (
  where: string,
  options: { readonly timeoutMs?: number },
  fields: readonly string[] = ['timeoutMs'],
): void => {
  checkFields(where, options, fields)
  const { timeoutMs } = options
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs >= 0))
    refuseOption(`${where}: timeoutMs`, 'a number of milliseconds from 0', timeoutMs)
}
