import { setFlagsFromString } from 'node:v8'

// An API server asks a few times a minute, at most a thousand times a second (docs/decisions/0021). Only the simpler compiler works,
// one function at a time and each by itself: all that compilers can do would take 8 MB more and answer no sooner; with none
// of them, requests queue.
setFlagsFromString('--no-turbofan')
setFlagsFromString('--no-maglev-inlining')
setFlagsFromString('--no-concurrent-recompilation')
// The old heap is collected when it has grown by 2 MB, not by 8.
setFlagsFromString('--optimize-for-size')
