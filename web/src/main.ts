// The page that the server serves, and the file that `export` writes: the same, behind different sources.
import { mountPage } from "./app/mount";
import { windowAddress } from "./lib/address";
import { FileSource, framesOf, unpackBase64 } from "./lib/file";
import { SocketSource } from "./lib/socket";

const target = document.getElementById("engineroom")!;
const baked = document.getElementById("engineroom-export");

if (baked) {
  void unpackBase64(baked.textContent ?? "").then((bytes) => mountPage(target, new FileSource(framesOf(bytes)), windowAddress()));
} else {
  const token = new URLSearchParams(location.search).get("token") ?? "";
  mountPage(target, new SocketSource(location.origin, token), windowAddress());
}
