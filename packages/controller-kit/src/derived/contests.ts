import { keyText } from '@odfmo/api-types/meta'
import type { Clock } from '../clock.ts'
import { backOffMs, type BackOff } from '../queue/back-off.ts'
import { equal } from '../writing/equal.ts'
import { fieldAt } from '../writing/field-path.ts'
import { changedPaths, isMap, type Json } from '../writing/merge-patch.ts'
import type { Node, NodeId } from './node.ts'

/** A user's hand is slower than this; two controllers in a loop do it in less than a second. */
const setBacksOfAContest = 5
/** Two rules of one process that want different values are a defect, known as soon as each has answered the other. */
const setBacksOfRules = 2
const windowMs = 60_000
/** How long a contested field rests between two tries. */
const contestBackOff: BackOff = { baseMs: 1_000, maxMs: 5 * 60_000, jitter: 0.1 }

type Path = readonly string[]

/** Somebody sets back what we write: who, as far as can be known. */
export type Rival =
  | { readonly is: 'rule'; readonly name: string }
  /** A field manager, as the server has it written down. */
  | { readonly is: 'manager'; readonly name: string }
  | { readonly is: 'unknown' }

/** A field that two want different; named for logs and metrics. */
export interface Contest {
  readonly derived: string
  /** `ConfigMap a/b in cluster hub`. */
  readonly object: string
  /** Dotted; empty: the object itself, which is deleted again and again. */
  readonly path: string
  readonly rival: Rival
  /** What a state says of it: always the same, for as long as it goes on. */
  readonly message: string
}

interface Write {
  readonly at: number
  /** Undefined: the object was made. */
  readonly patch: Json | undefined
  /** Paths of it that were counted as set back; undefined: none, as of most. */
  counted: Set<string> | undefined
}

interface Running {
  /** Told of the first of its fields. */
  readonly contest: Contest
  readonly paths: Path[]
  tries: number
  /** When the next write may be sent. */
  nextAt: number
}

interface Log {
  readonly node: Node
  /** The newest first. */
  writes: readonly Write[]
  /** Undefined: nothing was. */
  setBacks: Map<string, readonly number[]> | undefined
  running: Running | undefined
}

/** More than the fields of an object that are written one after another. */
const keptWrites = 8

export type Verdict =
  | { readonly is: 'free' }
  /** Set back once too often: who does it is to be found out, then `begin`. */
  | { readonly is: 'suspected'; readonly path: Path; readonly rule: string | undefined }
  | { readonly is: 'held'; readonly contest: Contest; readonly waitMs: number }

const free: Verdict = { is: 'free' }

/**
 * Finds out that what we write is set back again and again, and by whom. A field that we write with the same value
 * as the last time was changed by somebody else in between: five times within a minute is a contest, which would
 * go on as fast as two processes can write. From then on it is written with pauses of 1 s to 5 min, until it stays.
 * Remembers the writes of a minute.
 */
export class Contests {
  readonly #clock: Pick<Clock, 'monotonic' | 'random'>
  /** In the order of their last write. */
  readonly #logs = new Map<NodeId, Log>()
  /** Who deleted an object last, in the order of time. */
  readonly #deletions = new Map<string, { readonly at: number; readonly rule: string }>()

  constructor(clock: Pick<Clock, 'monotonic' | 'random'>) {
    this.#clock = clock
  }

  /** What holds a write back now, if anything does; `patch` undefined: the object is to be made. Changes nothing. */
  heldBy(
    node: Node,
    patch: Json | undefined,
  ): { readonly contest: Contest; readonly waitMs: number } | undefined {
    const running = this.#logs.get(node.id)?.running
    if (running === undefined || !isAbout(running, patch)) return undefined
    const waitMs = running.nextAt - this.#clock.monotonic()
    return waitMs <= 0 ? undefined : { contest: running.contest, waitMs }
  }

  /** Whether a write may be sent; counts what it would set right once more. */
  judge(node: Node, patch: Json | undefined): Verdict {
    const log = this.#logs.get(node.id)
    if (log === undefined) return free
    const held = this.heldBy(node, patch)
    if (held !== undefined) return { is: 'held', ...held }
    for (const path of pathsOf(patch)) {
      if (log.running?.paths.some((known) => text(known) === text(path)) === true) continue
      const times = this.#countSetBack(log, patch, path)
      // Who did it is looked for among all that was written: only when it may matter.
      if (times < setBacksOfRules) continue
      const rule = this.#otherRule(log, patch, path)
      if (times < (rule === undefined ? setBacksOfAContest : setBacksOfRules)) continue
      if (log.running === undefined) return { is: 'suspected', path, rule }
      // One contest an object: another field of it joins, and rests with the first.
      log.running.paths.push(path)
      log.running.nextAt = this.#clock.monotonic() + this.#pause(log.running.tries)
    }
    const joined = this.heldBy(node, patch)
    return joined === undefined ? free : { is: 'held', ...joined }
  }

  /** From now on the field is written with pauses. */
  begin(node: Node, path: Path, rival: Rival): { readonly contest: Contest; readonly waitMs: number } {
    const contest = contestOf(node, path, rival)
    const log = this.#logOf(node)
    const waitMs = this.#pause(0)
    log.running = { contest, paths: [path], tries: 0, nextAt: this.#clock.monotonic() + waitMs }
    return { contest, waitMs }
  }

  /** A write was stored. `patch` undefined: the object was made. Answers contests that were not heard of any more. */
  wrote(node: Node, patch: Json | undefined): readonly Contest[] {
    const at = this.#clock.monotonic()
    const log = this.#logOf(node)
    log.writes = [{ at, patch, counted: undefined }, ...log.writes].slice(0, keptWrites)
    const { running } = log
    if (running !== undefined && isAbout(running, patch)) {
      running.tries += 1
      running.nextAt = at + this.#pause(running.tries)
    }
    // The last written stand last, so that the old ones are found first.
    this.#logs.delete(node.id)
    this.#logs.set(node.id, log)
    return this.#forgetOld(at)
  }

  /**
   * All is as wanted. While a contest is not known to be over: which, and when to look again; when it just ended: that.
   */
  settled(
    node: Node,
  ):
    | { readonly is: 'quiet' }
    | { readonly is: 'over'; readonly contest: Contest }
    | { readonly is: 'watched'; readonly contest: Contest; readonly waitMs: number } {
    const log = this.#logs.get(node.id)
    const running = log?.running
    if (log === undefined || running === undefined) return { is: 'quiet' }
    const { contest } = running
    const last = log.writes.find(({ patch }) => isAbout(running, patch))?.at ?? 0
    // A rule that holds back too comes again after its own pause.
    const calmMs = contest.rival.is === 'rule' ? 2 * Math.max(windowMs, this.#pause(running.tries)) : windowMs
    const waitMs = last + calmMs - this.#clock.monotonic()
    if (waitMs > 0) return { is: 'watched', contest, waitMs }
    log.running = undefined
    log.setBacks = undefined
    return { is: 'over', contest }
  }

  /** We took the object away ourselves: that it is made again says nothing of others. Answers a contest that ends. */
  deleted(node: Node): Contest | undefined {
    const id = objectId(node)
    this.#deletions.delete(id)
    this.#deletions.set(id, { at: this.#clock.monotonic(), rule: node.derived.name })
    return this.forget(node)
  }

  /** Nothing is wanted of it any more. Answers a contest that ends by this. */
  forget(node: Node): Contest | undefined {
    const log = this.#logs.get(node.id)
    if (log === undefined) return undefined
    this.#logs.delete(node.id)
    return log.running?.contest
  }

  #countSetBack(log: Log, patch: Json | undefined, path: Path): number {
    const now = this.#clock.monotonic()
    const id = text(path)
    const last = log.writes.find((write) => touches(write.patch, path))
    const recent = (log.setBacks?.get(id) ?? []).filter((at) => now - at < windowMs)
    if (last === undefined || now - last.at >= windowMs) return 0
    // Another value than the last time: not somebody else, but what we want has changed.
    if (patch !== undefined && !equal(fieldAt(last.patch, path), fieldAt(patch, path))) return 0
    const times = last.counted?.has(id) === true ? recent : [...recent, now]
    last.counted = (last.counted ?? new Set<string>()).add(id)
    log.setBacks = (log.setBacks ?? new Map<string, readonly number[]>()).set(id, times)
    return times.length
  }

  /** A rule of this process that wrote another value into the same field, or deleted it, after this one wrote. */
  #otherRule(log: Log, patch: Json | undefined, path: Path): string | undefined {
    const lastOf = ({ writes }: Log): Write | undefined => writes.find((write) => touches(write.patch, path))
    const own = lastOf(log)?.at ?? 0
    const deletion = path.length === 0 ? this.#deletions.get(objectId(log.node)) : undefined
    if (deletion !== undefined && deletion.at >= own) return deletion.rule
    for (const other of this.#logs.values()) {
      const last = other === log || !isOfSameObject(other.node, log.node) ? undefined : lastOf(other)
      if (last !== undefined && last.at >= own && !equal(fieldAt(last.patch, path), fieldAt(patch, path)))
        return other.node.derived.name
    }
    return undefined
  }

  #pause(tries: number): number {
    return backOffMs(contestBackOff, tries, this.#clock.random())
  }

  #logOf(node: Node): Log {
    const here = this.#logs.get(node.id)
    if (here !== undefined) return here
    const log: Log = { node, writes: [], setBacks: undefined, running: undefined }
    this.#logs.set(node.id, log)
    return log
  }

  #forgetOld(now: number): readonly Contest[] {
    const ended: Contest[] = []
    for (const [id, deletion] of this.#deletions) {
      if (now - deletion.at < windowMs) break
      this.#deletions.delete(id)
    }
    for (const log of this.#logs.values()) {
      const age = now - (log.writes[0]?.at ?? 0)
      if (log.running !== undefined && age < 3 * contestBackOff.maxMs) continue
      if (age < windowMs) break
      this.#logs.delete(log.node.id)
      if (log.running !== undefined) ended.push(log.running.contest)
    }
    return ended
  }
}

const objectId = ({ derived, key }: Node): string => {
  const { cluster, kind } = derived.kind
  return `${cluster} ${kind.group}/${kind.plural} ${keyText(key)}`
}

const isOfSameObject = (a: Node, b: Node): boolean => a.key.name === b.key.name && objectId(a) === objectId(b)

const text = (path: Path): string => path.join('\0')

/** The leaves of a patch; of an object that is made: the object itself. */
const pathsOf = (patch: Json | undefined): readonly Path[] => (patch === undefined ? [[]] : leaves(patch, []))

const leaves = (patch: Json, above: Path): readonly Path[] =>
  Object.entries(patch).flatMap(([key, value]) =>
    isMap(value) && Object.keys(value).length > 0 ? leaves(value, [...above, key]) : [[...above, key]],
  )

const touches = (patch: Json | undefined, path: Path): boolean =>
  patch === undefined ? path.length === 0 : path.length > 0 && fieldAt(patch, path) !== undefined

const isAbout = ({ paths }: Running, patch: Json | undefined): boolean =>
  paths.some((path) => touches(patch, path))

const contestOf = (node: Node, segments: Path, rival: Rival): Contest => {
  const { derived, key } = node
  const object = `${derived.kind.kind.kind} ${keyText(key)} in cluster ${derived.kind.cluster}`
  const path = segments.length === 0 ? '' : pathText(segments)
  return { derived: derived.name, object, path, rival, message: messageOf(derived.name, object, path, rival) }
}

const pathText = (path: Path): string =>
  changedPaths(path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), true) as Json)[0] ?? ''

const messageOf = (rule: string, object: string, path: string, rival: Rival): string => {
  const paced = 'until this ends, it is written with growing pauses'
  if (rival.is === 'rule' && path === '')
    return `${object}: the rule ${rival.name} deletes it whenever the rule ${rule} makes it; ${paced}`
  if (rival.is === 'rule')
    return `${object}: the rules ${[rule, rival.name].sort().join(' and ')} want different values of ${path}; ${paced}`
  const who = rival.is === 'manager' ? `"${rival.name}"` : 'somebody'
  return path === ''
    ? `${object}: ${who} deletes it whenever it is made; ${paced}`
    : `${object}: ${who} sets ${path} back whenever it is written; ${paced}`
}
