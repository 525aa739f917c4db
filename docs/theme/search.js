// Searches what search-index.js lists: [address, page, heading, text] of each part of each page.
// A Latin word is found by its beginning, a Chinese one anywhere; every word has to be found. Where no part has a run of
// Chinese as it was typed, those are listed that have at least a third of its pairs of characters: 活动预算 finds 活动 and 预算.
const MOST = 40;
const field = document.querySelector("#q");
const said = document.querySelector("#said");
const list = document.querySelector("#found");
const root = said.dataset.root;
const CHINESE = /[㐀-鿿]/;
const plain = (text) => text.normalize("NFKC").toLowerCase();
const parts = window.quanyiParts.map(([address, page, heading, text]) =>
  ({ address, page, heading, text, low: [plain(page), plain(heading), plain(text)] }));

// "秒杀flash sale" is three words: runs of Chinese, and what stands between blanks.
const wordsOf = (text) => plain(text).match(/[㐀-鿿]+|[^\s㐀-鿿]+/g) ?? [];

function placeOf(text, word) {
  if (CHINESE.test(word)) return text.indexOf(word);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1])) return at;
  }
  return -1;
}

function weigh(part, word) {
  const [page, heading, text] = part.low;
  let sum = 0;
  if (placeOf(page, word) >= 0) sum += 8;
  if (placeOf(heading, word) >= 0) sum += heading === word || heading.split(/[\s,、]+/).includes(word) ? 30 : 12;
  if (placeOf(text, word) >= 0) sum += 2;
  return sum;
}

function found(words) {
  const hits = [];
  for (const part of parts) {
    const weights = words.map((word) => weigh(part, word));
    if (weights.every(Boolean)) hits.push([weights.reduce((sum, one) => sum + one), part]);
  }
  return hits.sort((one, other) => other[0] - one[0]).map(([, part]) => part);
}

const pairsOf = (word) =>
  CHINESE.test(word) && word.length > 2 ? Array.from(word.slice(1), (_, at) => word.slice(at, at + 2)) : [word];

function nearest(pairs) {
  const hits = [];
  for (const part of parts) {
    const weights = pairs.map((pair) => weigh(part, pair)).filter(Boolean);
    if (weights.length * 3 >= pairs.length) hits.push([weights.length * 100 + weights.reduce((sum, one) => sum + one, 0), part]);
  }
  return hits.sort((one, other) => other[0] - one[0]).map(([, part]) => part);
}

function excerpt(part, words) {
  const at = Math.max(0, Math.min(...words.map((word) => placeOf(part.low[2], word)).filter((place) => place >= 0), part.text.length) - 60);
  const cut = part.text.slice(at === part.text.length - 60 ? 0 : at, at + 180);
  return (at > 0 ? "… " : "") + cut + (at + 180 < part.text.length ? " …" : "");
}

// What was searched for is marked, and never read as HTML.
function marked(text, words) {
  const line = document.createElement("p");
  const low = text.toLowerCase();
  let done = 0;
  while (done < text.length) {
    const next = words.map((word) => [low.indexOf(word, done), word]).filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0])[0];
    if (!next) break;
    line.append(text.slice(done, next[0]));
    const mark = document.createElement("mark");
    mark.textContent = text.slice(next[0], next[0] + next[1].length);
    line.append(mark);
    done = next[0] + next[1].length;
  }
  line.append(text.slice(done));
  return line;
}

function row(part, words) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `${root}/${part.address}`;
  link.textContent = part.heading && part.heading !== part.page ? `${part.page} · ${part.heading}` : part.page;
  item.append(link, marked(excerpt(part, words), words));
  return item;
}

function show() {
  let words = wordsOf(field.value);
  let all = words.length ? found(words) : [];
  const near = !all.length && words.some((word) => pairsOf(word).length > 1);
  if (near) {
    words = words.flatMap(pairsOf);
    all = nearest(words);
  }
  list.replaceChildren(...all.slice(0, MOST).map((part) => row(part, words)));
  if (!words.length) said.textContent = "Type a word, in English or Chinese.";
  else if (!all.length) said.textContent = `Nothing has “${field.value}” in it. Try fewer words.`;
  else if (near) said.textContent = `Nothing has “${field.value}” as a whole. The nearest:`;
  else said.textContent = all.length > MOST ? `${all.length} places, the first ${MOST} of them:` : `${all.length} ${all.length === 1 ? "place" : "places"}:`;
}

field.value = new URLSearchParams(location.search).get("q") ?? "";
field.addEventListener("input", () => {
  history.replaceState(null, "", `?q=${encodeURIComponent(field.value)}`);
  show();
});
field.form.addEventListener("submit", (sent) => { sent.preventDefault(); show(); });
show();
