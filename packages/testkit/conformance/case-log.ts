import type { Answer } from './answer.ts'
import type { CaseWatch } from './case-watch.ts'
import type { CommandResult } from './kubectl/kubectl.ts'
import { maskedLines } from './kubectl/mask-output.ts'
import type { Normalizer } from './normalize.ts'
import type { RecordedAnswer } from './transcript.ts'

/** The headers that clients act on. */
const keptHeaders = ['allow', 'cache-control', 'content-type', 'retry-after', 'warning']

interface Shown {
  readonly show?: (body: unknown) => unknown
  readonly showText?: (text: string) => unknown
}

interface CommandRun {
  readonly command: string
  readonly result: CommandResult
  readonly mask: RegExp | undefined
  readonly lines: RegExp | undefined
}

interface Entry extends Shown {
  readonly note?: { readonly what: string; readonly value: unknown }
  readonly run?: CommandRun
  readonly answer?: Answer
  readonly watch?: CaseWatch
}

/** Keeps what came back in a case, and what has to be taken away after it. */
export class CaseLog {
  readonly #entries: Entry[] = []
  readonly #created: string[] = []

  answer(answer: Answer, shown: Shown): void {
    this.#entries.push({ answer, ...shown })
  }

  note(what: string, value: unknown): void {
    this.#entries.push({ note: { what, value } })
  }

  watch(watch: CaseWatch): void {
    this.#entries.push({ watch })
  }

  command(run: CommandRun): void {
    this.#entries.push({ run })
  }

  /** Remembers a cluster-scoped object that a POST to `path` has made. */
  created(path: string, { body }: Answer): void {
    const name: unknown = body?.metadata?.name
    const isClusterScoped = body?.metadata !== undefined && body.metadata.namespace === undefined
    const [collection = ''] = path.split('?')
    if (isClusterScoped && typeof name === 'string')
      this.#created.push(`${collection}/${encodeURIComponent(name)}`)
  }

  /** Paths of cluster-scoped objects, the last first. */
  get leftovers(): readonly string[] {
    return this.#created.toReversed()
  }

  closeWatches(): void {
    for (const { watch } of this.#entries) watch?.close()
  }

  /** All of it, made comparable. */
  transcript(normalizer: Normalizer): RecordedAnswer[] {
    return this.#entries.flatMap(({ answer, show, showText = (whole) => whole, watch, run, note }) => {
      if (note !== undefined)
        return [{ request: note.what, status: 0, headers: {}, body: plain(normalizer.value(note.value)) }]
      if (run !== undefined) return [answerOf(run, normalizer)]
      const source = answer ?? watch?.refusal ?? watch
      if (source === undefined) return []
      const body = 'body' in source ? (show === undefined ? source.body : show(source.body)) : undefined
      const text = 'body' in source && source.body === undefined ? showText(source.text) : body
      return [
        {
          request: normalizer.text(source.request),
          status: source.status,
          headers: headersOf(source.headers, normalizer),
          // as JSON has it: what is undefined is absent
          body: text === undefined ? undefined : plain(normalizer.value(text)),
          ...(watch === undefined || watch.refusal !== undefined
            ? {}
            : { events: watch.seen.map((event) => normalizer.value(event)) }),
        },
      ]
    })
  }
}

/** The status of a command is its exit code. */
const answerOf = (
  { command, result, mask, lines = /^/ }: CommandRun,
  normalizer: Normalizer,
): RecordedAnswer => ({
  request: `kubectl ${normalizer.text(command)}`,
  status: result.exitCode,
  headers: {},
  body: {
    stdout: maskedLines(result.stdout, normalizer, mask).filter((line) => lines.test(line)),
    stderr: maskedLines(result.stderr, normalizer, mask),
  },
})

const plain = (value: unknown): unknown =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown)

const headersOf = (headers: Answer['headers'], normalizer: Normalizer): Record<string, string> =>
  Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = headers[name]
      return value === undefined ? [] : [[name, normalizer.text([value].flat().join(', '))] as const]
    }),
  )
