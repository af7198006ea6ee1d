// How the pure code of this folder gets at files: the caller reads them, from a disk, an archive or a web server.
export interface Reader {
  /** Bytes of a file, by its path with `/`; undefined when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>
  /** Names in a folder; none when there is no such folder. Needed for write-ahead segments only. */
  list?(path: string): Promise<readonly string[]>
}
