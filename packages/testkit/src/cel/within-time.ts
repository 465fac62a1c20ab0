import { createContext, Script } from 'node:vm'
import { CostExceeded } from './meter.ts'

/** Ordinary patterns take microseconds. */
const timeoutMs = 1_000
/** Below, even the worst pattern is done in time. */
const shortText = 20

/** A repetition of a group, or a second one: only these can be tried in so many ways that it never ends. */
const isRisky = ({ source }: RegExp): boolean =>
  /\)(?:[*+]|\{\d+,)/.test(source) || (source.match(/[^\\][*+]|\{\d+,\}/g)?.length ?? 0) > 1

const late = 'ERR_SCRIPT_EXECUTION_TIMEOUT'

let interruptible: ((work: () => unknown) => void) | undefined

/** Made when it is first needed, most clusters never do. */
const made = (): ((work: () => unknown) => void) => {
  const script = new Script('work()')
  const context = createContext({ work: undefined })
  return (work) => {
    context['work'] = work
    script.runInContext(context, { timeout: timeoutMs })
  }
}

/**
 * Runs a pattern over a text. Go's patterns take as long as the text is, JavaScript's may try without end: these throw
 * CostExceeded.
 */
export const matchWithinTime = <Found>(pattern: RegExp, text: string, match: () => Found): Found => {
  if (text.length <= shortText || !isRisky(pattern)) return match()
  let found: { readonly value: Found } | undefined
  interruptible ??= made()
  try {
    interruptible(() => {
      found = { value: match() }
    })
  } catch (error) {
    // of another realm: no instance of this one's Error
    const isLate = typeof error === 'object' && error !== null && 'code' in error && error.code === late
    if (!isLate) throw error
  }
  if (found === undefined) throw new CostExceeded()
  return found.value
}
