import { setImmediate as nextTurn, setTimeout as realMoment } from 'node:timers/promises'
import type { ManualClock } from '@odfmo/controller-kit'
import type { UnderWay } from './counted-client.ts'

/** Certificates begin an hour before they were made: to a server that believes it is earlier they are nobody's, for good. */
const mostBackMs = 3_600_000 - 1_000

/** The time that everybody in a world lives in: it goes on as fast as everybody answers. */
export class PassingTime {
  readonly clock: ManualClock
  readonly #underWay: UnderWay
  #latestMs = 0
  #seen: UnderWay = { calls: 0, answered: 0 }

  constructor(clock: ManualClock, underWay: UnderWay) {
    this.clock = clock
    this.#underWay = underWay
  }

  /** Until every call has its answer, or none has come for a while: then it waits for the clock itself. */
  async answers(): Promise<void> {
    const { calls, answered } = this.#underWay
    const isStuck = calls > 0 && calls === this.#seen.calls && answered === this.#seen.answered
    let idle = 0
    for (let turns = 0; idle < 4 && turns < (isStuck ? 10 : 300); turns += 1) {
      // Other threads (names are looked up in one) get no turn from ours.
      if (isStuck && turns === 0) await realMoment(1)
      await nextTurn()
      idle = this.#underWay.calls === 0 ? idle + 1 : 0
    }
    this.#seen = { ...this.#underWay }
  }

  /** Wall clocks go on elsewhere; answers with by how many milliseconds. */
  jump(ms: number): number {
    this.#latestMs = Math.max(this.#latestMs, this.clock.now())
    const by = Math.max(ms, this.#latestMs - mostBackMs - this.clock.now())
    this.clock.jump(by)
    return by
  }

  /** Lets so much time go by, as fast as everybody answers. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.monotonic() + ms
    for (;;) {
      await this.answers()
      const left = end - this.clock.monotonic()
      if (left <= 0) return
      const most = this.#underWay.calls > 0 ? 50 : left
      this.clock.advance(Math.max(1, Math.min(most, left, this.clock.nextTimer() ?? left)))
    }
  }

  /** Lets time go by until something has ended. */
  async until<T>(ending: Promise<T>): Promise<T> {
    let ended = false
    const watched = ending.finally(() => (ended = true))
    watched.catch(() => undefined)
    while (!ended) {
      await this.answers()
      this.clock.advance(20)
    }
    return watched
  }
}
