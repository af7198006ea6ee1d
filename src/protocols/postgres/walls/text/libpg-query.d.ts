// The parser package's inner module, which shows the WebAssembly instance; its public face hides the memory size.
declare module 'libpg-query/wasm/libpg-query.js' {
  export default function start(): Promise<object>
}
