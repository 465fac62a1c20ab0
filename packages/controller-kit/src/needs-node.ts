// Older ones lack what the HTTP client (undici 8) uses; its own words would be about something else.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19))
  throw new Error(`@odfmo/controller-kit needs Node 22.19 or newer, this is Node ${process.versions.node}`)

export {}
