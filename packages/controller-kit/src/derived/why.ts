import { keyText, type ObjectKey } from '@odfmo/api-types/meta'
import type { Account, ObjectRef } from './account.ts'
import type { State } from './state.ts'

/** Whom to ask: an engine, or the accounts it gave (perhaps of another process). */
export type Accountable = { accounts(name?: string): readonly Account[] } | readonly Account[]

/** Which object is asked about. The key alone finds every rule that has it. */
export interface WhyQuestion {
  readonly key: ObjectKey
  /** Name of a rule. */
  readonly derived?: string
  /** Name of a watched kind: `hub.Secret`. */
  readonly kind?: string
}

/** One thing that is waited for, and what that waits for in turn; without `because` it is the leaf: the cause. */
export interface Wait {
  readonly what: string
  readonly because: readonly Wait[]
}

/** The answer for one derived object: its account, and what it waits for down to the causes. */
export interface Why extends Account {
  readonly waitsFor: readonly Wait[]
}

/**
 * Why objects of this key are as they are: who wants them, what they were computed from, their state, what they wait
 * for. One answer for each rule that has the key, none when nothing is known of it. Pure, from caches alone; tells
 * names, paths and reasons, never what is in an object.
 */
export const why = (of: Accountable, { key, derived, kind }: WhyQuestion): readonly Why[] => {
  const accounts = 'accounts' in of ? of.accounts() : of
  const book = new Book(accounts)
  return accounts
    .filter((account) => keyText(account.key) === keyText(key))
    .filter((account) => derived === undefined || account.derived === derived)
    .filter((account) => kind === undefined || account.kind === kind)
    .map((account) => ({ ...account, waitsFor: book.causes(account, new Set([account])) }))
}

/** Accounts by what they are of and by what they write. */
class Book {
  readonly #byDerived = new Map<string, Account>()
  readonly #byObject = new Map<string, Account[]>()

  constructor(accounts: readonly Account[]) {
    for (const account of accounts) {
      this.#byDerived.set(`${account.derived} ${keyText(account.key)}`, account)
      const object = `${account.kind} ${keyText(account.key)}`
      this.#byObject.set(object, [...(this.#byObject.get(object) ?? []), account])
    }
  }

  /** What keeps an account's object from being settled; `above`: those whose causes are being told. */
  causes(account: Account, above: ReadonlySet<Account>): readonly Wait[] {
    const open = isOpen(account.state)
    return [
      ...(open ? account.read.unsynced.map(({ kind, why: text }) => leaf(`${kind}: ${text}`)) : []),
      ...[...this.#openOnesReadBy(account)].map((other) => this.#wait(other, above)),
      ...(open ? this.#missing(account) : []),
      ...(open && account.read.dueAt !== undefined
        ? [leaf(`until ${new Date(account.read.dueAt).toISOString()}`)]
        : []),
    ]
  }

  #wait(account: Account, above: ReadonlySet<Account>): Wait {
    const what = `${account.derived} ${keyText(account.key)}: ${stateText(account.state)}`
    if (above.has(account)) return leaf(`${what} (told above)`)
    return { what, because: this.causes(account, new Set([...above, account])) }
  }

  /** Derived objects that it read, by state or as objects, and that are not settled. */
  #openOnesReadBy({ derived, key, read }: Account): ReadonlySet<Account> {
    const own = `${derived} ${keyText(key)}`
    const others = [
      ...read.states.flatMap((one) => this.#byDerived.get(`${one.derived} ${keyText(one.key)}`) ?? []),
      ...read.objects.flatMap((one) => this.#byObject.get(`${one.kind} ${keyText(one)}`) ?? []),
    ]
    return new Set(others.filter((one) => isOpen(one.state) && `${one.derived} ${keyText(one.key)}` !== own))
  }

  /** What is not there and which no rule here would bring; its own absence is no cause. */
  #missing({ kind, key, read }: Account): readonly Wait[] {
    const objects = read.objects.filter(
      (one) =>
        !one.there &&
        !(one.kind === kind && keyText(one) === keyText(key)) &&
        !this.#byObject.has(`${one.kind} ${keyText(one)}`),
    )
    const buckets = read.buckets.filter(({ objects: count }) => count === 0)
    return [
      ...objects.map((one) => leaf(`${refText(one)} is not there`)),
      ...buckets.map(({ kind: of, index, value }) => leaf(`no ${of} is found by ${index} "${value}"`)),
    ]
  }
}

const leaf = (what: string): Wait => ({ what, because: [] })

const isOpen = ({ is }: State): boolean => is !== 'present' && is !== 'absent' && is !== 'left'

/** `hub.Secret namespace/name`. */
export const refText = ({ kind, ...key }: ObjectRef): string => `${kind} ${keyText(key)}`

/** `waiting (NoBlueSecret): the agent of cluster1 has not delivered …`. */
export const stateText = (state: State): string => {
  const reason = 'reason' in state ? ` (${state.reason})` : ''
  return 'message' in state ? `${state.is}${reason}: ${state.message}` : state.is
}
