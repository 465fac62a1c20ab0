import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { stopSignal } from './stop-signal.ts'

it.each(['SIGTERM', 'SIGINT'])('is aborted by %s, and a second one ends the process', (name) => {
  const exits: number[] = []
  const host = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) })
  const signal = stopSignal(host)
  expect(signal.aborted).toBe(false)
  host.emit(name)
  expect([signal.aborted, exits]).toEqual([true, []])
  host.emit('SIGTERM')
  expect(exits).toEqual([1])
})
