// Loaded before a service (node --import): the service ends when the process that started it is gone,
// however that happened. A service in a cluster is held by its kubelet; here nobody else would end it.
const parent = process.ppid
const lookEveryMs = 300
const graceMs = 3_000

setInterval(() => {
  if (process.ppid === parent) return
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.exit(1), graceMs).unref()
}, lookEveryMs).unref()
