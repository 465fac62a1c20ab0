import { setFlagsFromString } from 'node:v8'

// An API server asks a few times a minute, at most a thousand times a second, and an answer takes a third of a millisecond. The
// optimizing compilers would make it a sixth less, and hold 20 MB for that.
setFlagsFromString('--max-optimized-bytecode-size=0')
