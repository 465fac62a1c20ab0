import type { ReasonRow } from './row.ts'

const all = ['Validated', 'AddonsReady', 'SecretsExchanged', 'S3ProfilesSynced', 'DRClustersReady'] as const

/** A write that did not come through, by what the API server answered or why it did not answer. */
export const serverReasons = {
  ServerUnreachable: {
    on: all,
    status: 'False',
    meaning: 'A write to the hub’s API server got no answer. It is tried again with growing pauses.',
    acts: 'administrator of the hub',
    todo: 'If it stays: is the API server up, and do the certificate, the name and a proxy fit; the message has the error of the connection.',
  },
  ServerFailed: {
    on: all,
    status: 'False',
    meaning:
      'The hub’s API server answered a write with an error that says nothing of the object itself (busy, timed out, an internal error, a webhook that does not answer). It is tried again with growing pauses.',
    acts: 'administrator of the hub',
    todo: 'If it stays: the message has what the server said; a webhook that is down is named there.',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>
