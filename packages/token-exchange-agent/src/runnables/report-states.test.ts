import type { Explanation, Logger, State } from '@odfmo/controller-kit'
import { expect, it } from 'vitest'
import { report } from './report-states.ts'

const explained = (state: State): Explanation => ({
  derived: 'spoke-secret',
  key: { namespace: 'a', name: 'b' },
  state,
  wantedBy: 1,
  read: [],
})

it('says once what is waited for, once when it is over, and warns of what an administrator must do', () => {
  const lines: string[] = []
  const log = (level: string) => (_: object, message: string) => void lines.push(`${level} ${message}`)
  const logger: Logger = {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: () => logger,
  }
  const waiting = explained({ is: 'waiting', reason: 'NoGreenSecret', message: 'waiting for it' })
  let before = report([waiting], new Map(), logger)
  before = report([waiting], before, logger)
  before = report([explained({ is: 'present' })], before, logger)
  const clone: State = { is: 'waiting', reason: 'OtherCluster', message: 'a clone' }
  const everywhere = ['b', 'c'].map((name) => ({ ...explained(clone), key: { namespace: 'a', name } }))
  before = report(everywhere, before, logger)
  report([explained({ is: 'failed', reason: 'Forbidden', message: 'not allowed' })], before, logger)
  expect(lines).toEqual([
    'info waiting: waiting for it',
    'info waits no longer',
    'warn a clone',
    'warn not allowed',
    'info waits no longer',
  ])
})
