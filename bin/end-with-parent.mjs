// Loaded before the program when bin/node24.mjs had to spawn it. The parent's death, kill -9 included, closes the IPC
// channel: we ask ourselves to stop as SIGTERM does, and stop for good if that takes over five seconds.
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.exit(143), 5_000).unref()
})
process.channel?.unref()
