import { setFlagsFromString } from 'node:v8'

// An API server asks a few times a minute, at most a thousand times a second (docs/decisions/0021). Only short functions are
// optimized, by the simpler compiler and one by one: that saves a sixth of the time of a request, for 1 to 2 MB. All that the
// compilers can do would save a third, for 20 MB.
setFlagsFromString('--no-turbofan')
setFlagsFromString('--no-maglev-inlining')
setFlagsFromString('--no-concurrent-recompilation')
setFlagsFromString('--max-optimized-bytecode-size=100')
// The old heap is collected when it has grown by 2 MB, not by 8.
setFlagsFromString('--optimize-for-size')
