import { setTimeout as sleep } from 'node:timers/promises'
import type { UserIdentity } from '../src/cluster.ts'
import { Answer, ExpectationError } from './answer.ts'
import type { CaseLog } from './case-log.ts'
import { CaseWatch } from './case-watch.ts'
import type { Connection, Sent } from './connection.ts'
import type { CommandInput, CommandResult, Kubectl } from './kubectl/kubectl.ts'

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply'

const patchTypes: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** The part of the body that is recorded and compared; all of it when left out. For answers with more than the case is about. */
  // oxlint-disable-next-line typescript/no-explicit-any -- bodies are loosely typed here
  readonly show?: (body: any) => unknown
  /** The same of a body that is no JSON. */
  readonly showText?: (text: string) => unknown
}

export interface CommandOptions extends CommandInput {
  /** What of the output differs from run to run besides what always does: names that are generated. */
  readonly mask?: RegExp
  /** What lines of the standard output are recorded; all of them when left out. */
  readonly lines?: RegExp
  /** Exit code that is expected; 0 when left out. */
  readonly exitCode?: number
}

/** Whom a case acts as: a user, the bearer of a token, the owner of a certificate (PEM), or nobody. */
export type Actor =
  | UserIdentity
  | { readonly token: string }
  | { readonly certificate: string; readonly key: string }
  | 'nobody'

const nameOf = (actor: Actor): string => {
  if (typeof actor === 'string') return actor
  if ('token' in actor) return 'a token'
  return 'certificate' in actor ? 'a certificate' : (actor.user ?? 'admin')
}

export interface CaseApiOptions {
  /** The case's own namespace. */
  readonly namespace: string
  /** Of cluster-scoped names. */
  readonly suffix: string
  readonly log: CaseLog
  readonly connection: Connection
  /** Shown in recorded requests; empty for the administrator. */
  readonly actor: string
  readonly connectAs: (actor: Actor) => Connection
  /** Undefined where there is no such program. */
  readonly kubectl?: Kubectl
  /** Undefined where the provider cannot. */
  readonly compact?: () => Promise<void>
}

const untilMs = 120_000
const lookEveryMs = 50

/** What a case is given: requests as an administrator in a namespace of its own, each of them recorded. */
export class CaseApi {
  /** There is one of this name, for this case alone. */
  readonly namespace: string
  readonly #options: CaseApiOptions

  constructor(options: CaseApiOptions) {
    this.namespace = options.namespace
    this.#options = options
  }

  /** Path of a namespaced collection, or of an object in it: `in('configmaps', 'a')`, `in('apps/v1/deployments', 'a/status')`. */
  in(resource: string, name?: string): string {
    const at = resource.lastIndexOf('/')
    const root = at === -1 ? '/api/v1' : `/apis/${resource.slice(0, at)}`
    const object = name === undefined ? '' : `/${name}`
    return `${root}/namespaces/${this.namespace}/${resource.slice(at + 1)}${object}`
  }

  /** A name for a cluster-scoped object that no other case uses; such objects are deleted when the case is over. */
  unique(name: string): string {
    return `${name}-${this.#options.suffix}`
  }

  /** The same case as somebody else. */
  as(actor: Actor): CaseApi {
    return new CaseApi({ ...this.#options, actor: nameOf(actor), connection: this.#options.connectAs(actor) })
  }

  get(path: string, options?: CallOptions): Promise<Answer> {
    return this.call('GET', path, undefined, options)
  }

  post(path: string, body: unknown, options?: CallOptions): Promise<Answer> {
    return this.call('POST', path, body, options)
  }

  put(path: string, body: unknown, options?: CallOptions): Promise<Answer> {
    return this.call('PUT', path, body, options)
  }

  patch(path: string, type: PatchType, body: unknown, options?: CallOptions): Promise<Answer> {
    return this.call('PATCH', path, body, {
      ...options,
      headers: { 'content-type': patchTypes[type], ...options?.headers },
    })
  }

  delete(path: string, body?: unknown, options?: CallOptions): Promise<Answer> {
    return this.call('DELETE', path, body, options)
  }

  /** Any request; the body is JSON, or a text that is sent as it is. */
  async call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> {
    const answer = await this.#exchange(method, path, body, options)
    this.#options.log.answer(answer, options)
    return answer
  }

  /** A request that is not recorded: for waiting, where a number of tries is nobody's concern. */
  ask(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.#exchange(method, path, body, {})
  }

  /** Records something else that the server did: what it told a webhook. */
  note(what: string, value: unknown): void {
    this.#options.log.note(what, value)
  }

  /** Repeats a GET until `isThere` is true of the answer; only the last one is recorded. */
  async until(
    path: string,
    isThere: (answer: Answer) => boolean,
    options: CallOptions = {},
  ): Promise<Answer> {
    for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
      const answer = await this.#exchange('GET', path, undefined, options)
      if (isThere(answer)) {
        this.#options.log.answer(answer, options)
        return answer
      }
      if (waitedMs > untilMs)
        throw new ExpectationError(
          `${answer.request}: what was waited for did not come; last ${answer.status} ${answer.text.slice(0, 300)}`,
        )
      await sleep(lookEveryMs)
    }
  }

  /** Opens a watch; `watch=true` is added to the path's query. It is closed when the case is over. */
  async watch(path: string, { headers = {} }: Pick<CallOptions, 'headers'> = {}): Promise<CaseWatch> {
    const full = `${path}${path.includes('?') ? '&' : '?'}watch=true`
    const received = await this.#options.connection.send({ method: 'GET', path: full, headers })
    const watch = await CaseWatch.open(this.#requestText('GET', full), received)
    this.#options.log.watch(watch)
    return watch
  }

  /** Runs kubectl in the case's namespace (words are split as by a shell, with quotes); what it prints is recorded. */
  async kubectl(
    command: string,
    { mask, lines, exitCode = 0, ...input }: CommandOptions = {},
  ): Promise<CommandResult> {
    const { kubectl, log } = this.#options
    if (kubectl === undefined) throw new ExpectationError('there is no kubectl')
    const result = await kubectl.run(command, input)
    log.command({ command, result, mask, lines })
    if (result.exitCode !== exitCode)
      throw new ExpectationError(
        `kubectl ${command}: expected exit code ${exitCode}, got ${result.exitCode} ${(result.stderr || result.stdout).slice(0, 300)}`,
      )
    return result
  }

  /** Puts a file where kubectl runs: a text, or objects as JSON. */
  file(name: string, content: string | readonly object[]): void {
    const text =
      typeof content === 'string' ? content : content.map((object) => JSON.stringify(object)).join('\n---\n')
    this.#options.kubectl?.write(name, text)
  }

  /** Takes away the history of changes up to now. Throws where the provider cannot. */
  async compact(): Promise<void> {
    if (this.#options.compact === undefined) throw new ExpectationError('this provider cannot be compacted')
    await this.#options.compact()
  }

  async #exchange(method: string, path: string, body: unknown, options: CallOptions): Promise<Answer> {
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    const sent: Sent = { method, path, body, headers: { ...type, ...options.headers } }
    const received = await this.#options.connection.send(sent)
    const text = await received.body.text()
    const answer = new Answer(this.#requestText(method, path), received.status, received.headers, text)
    if (method === 'POST' && answer.status === 201) this.#options.log.created(path, answer)
    return answer
  }

  #requestText(method: string, path: string): string {
    const { actor } = this.#options
    return `${method} ${path}${actor === '' ? '' : ` as ${actor}`}`
  }
}
