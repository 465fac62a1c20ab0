import type { Progress } from '../chain/progress.ts'
import { stepsOf } from '../chain/progress.ts'
import { seconds, stepTable } from './table.ts'

/** What the person sees while it happens. */
export interface View {
  /** A sentence about what is going on. */
  say(text: string): void
  progress(progress: readonly Progress[], nowMs: number): void
  /** Leaves the screen as it is; what follows is printed below. */
  end(): void
}

/** A table that is redrawn in place: for a terminal. */
export function terminalView(out: NodeJS.WriteStream): View {
  let drawn = 0
  const erase = (): void => {
    if (drawn > 0) out.write(`\u001b[${drawn}A\u001b[J`)
    drawn = 0
  }
  let last: string[] = []
  const draw = (): void => {
    // A table higher than the screen cannot be redrawn in place: its end is what matters.
    const lines = last
      .slice(-Math.max(4, (out.rows ?? 24) - 2))
      .map((line) => line.slice(0, (out.columns ?? 120) - 1))
    out.write(lines.map((line) => `${line}\n`).join(''))
    drawn = lines.length
  }
  return {
    say(text) {
      erase()
      out.write(`${text}\n`)
      draw()
    },
    progress(progress, nowMs) {
      last = ['', ...stepTable(stepsOf(progress)), '', `  ${seconds(nowMs)}`]
      erase()
      draw()
    },
    end() {
      erase()
      last = last.slice(0, -2)
      out.write(last.map((line) => `${line}\n`).join(''))
      last = []
    },
  }
}

/** A line per step when it is done: for a pipe or a log. */
export function plainView(out: NodeJS.WritableStream): View {
  const told = new Set<string>()
  return {
    say: (text) => void out.write(`${text}\n`),
    progress(progress) {
      for (const { step, about, ms } of stepsOf(progress)) {
        const key = `${about.padEnd(10)}  ${step}`
        if (ms === undefined || told.has(key)) continue
        told.add(key)
        out.write(`${seconds(ms).padStart(9)}  ${key}\n`)
      }
    },
    end: () => {},
  }
}

/** For --json: nothing but the document is printed. */
export const silentView: View = { say: () => {}, progress: () => {}, end: () => {} }
