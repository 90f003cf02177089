// URLs from a grammar with every kind of trouble in it, the same in every host for the same seed. Plain JavaScript,
// because a Convex bundle, a browser and the native tests take it as it is.

const SCHEMES = ["https://", "https://", "https://", "https://", "https://", "http://", "HTTPS://", "Http://"];
const BAD_SCHEMES = ["http:", "https:", "https:/", "https:///", "https:\\\\", "//", "", "ftp://", "ws://", "javascript:", "httpss://", "https//", " https://", "https ://", "https:// "];

const WORDS = ["example", "a", "www", "api-1", "localhost", "EXAMPLE", "x_y", "_dmarc", "-a", "a-", "a--b", "ab--c", "1a", "com", "org", "happy-animal-123.convex.cloud", "x.convex.site"];
// Whole words of many scripts, with marks that are no letters by themselves: virama, nukta, tones, voicing.
const SCRIPTS = [
  "münchen", "MÜNCHEN", "straße", "STRASSE", "STRAẞE", "ångström", "ıİ", "éclair", "e\u0301clair", "ŉ", "ſ", "ﬁ", "ªº", "②", "Ⅷ", "½",
  "παράδειγμα", "ΣΊΣΥΦΟΣ", "пример", "ЁЛКА", "Ӏ", "հայեր", "ქართული", "ႠႡ", "ኢትዮጵያ",
  "हिन्दी", "उदाहरण", "परीक्षा", "ड़", "বাংলা", "ਪੰਜਾਬੀ", "ગુજરાતી", "தமிழ்", "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "ශ්\u200dරී", "ไทย", "น้ำ", "ລາວ", "ខ្មែរ", "မြန်မာ", "བོད",
  "例え", "テスト", "が", "か\u3099", "ｶﾞ", "中国", "香港", "𠮷野", "한국", "\u1112\u1161\u11ab", "ᠮᠣᠩᠭᠣᠯ",
  "مثال", "إختبار", "ایران", "می\u200cشود", "عَرَبِيّ", "עברית", "שָׁלוֹם", "צה״ל", "ܣܘܪܝܝܐ", "ދިވެހި", "ߒߞߏ", "𞤀𞤣", "𐐀𐐨", "𑄌𑄋𑄴", "𐌰",
  "ｅｘａｍｐｌｅ", "Ａ１", "१२३", "٣٤", "۳۴", "๑๒", "𝐚𝐛", "☃", "🦀", "i❤", "l·l", "ス・ト",
];
const PUNYCODE = [
  "xn--mnchen-3ya", "XN--MNCHEN-3YA", "xn--fiqs8s", "xn--p1ai", "xn--wgbh1c", "xn--4dbrk0ce", "xn--h2brj9c", "xn--zckzah", "xn--strae-oqa", "xn--eckwd4c7c", "xn--ls8h", "xn--n3h", "xn--i-7iq", "xn--xn--a--gua", "xn--80ak6aa92e",
  "xn--", "xn---", "xn--a", "xn--a-", "xn--hello-", "xn--zzzz", "xn--99999", "xn--0", "xn--a-yoc", "xn--a-ecp", "xn--ä", "xn--_", "xn", "xn-", "ｘn--a", "ⅹn--fiqs8s", "XN--A", "xn--1e9e", "xn--zca",
];
const ADDRESSES = [
  "127.0.0.1", "0.0.0.0", "255.255.255.255", "256.1.1.1", "1.2.3", "1.2", "1", "4294967295", "4294967296", "01.2.3.4", "0x7f.0.0.1", "0x7f.1", "0x", "a.0x", "a.0xg", "0xg", "a.1", "1.a", "1.2.3.4.5", "1.2.3.4.", "1..2", "09", "a.09", "1e3", "１２７.0.0.1", "127.0.0.①", "a.²", "٠.٠.٠.١", "1.2.3.٤", "ä.1", "ä.0x1",
  "[::1]", "[::]", "[1::]", "[FE80::A]", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]", "[1:2:3:4::5:6:7:8]", "[::1.2.3.4]", "[::01.2.3.4]", "[::1.2.3]", "[::1.2.3.256]", "[00001::]", "[1::2::3]", "[:::]", "[]", "[:]", "[::1", "::1", "[::1]a", "[::g]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[v1.a]", "[1.2.3.4]", "[[::1]]", "[ ::1]",
];
const DOTS = [".", ".", ".", ".", ".", ".", ".", ".", "..", "。", "．", "｡", "·"];
const GOOD_PORTS = ["", "", "", "", ":443", ":80", ":8080", ":0", ":65535", ":00080"];
const PORTS = ["", ":65536", ":99999999999", ":", ":0000065536", ":-1", ":+1", ":1a", ":８０", ":٨", ": 80", ":80:80", ":0x50"];
const USERS = ["", "", "", "", "", "", "", "", "", "", "", "", "me@", "me:secret@", ":secret@", "@", ":@", "a@b@", "me%40x@", "m e@"];
const GOOD_PATHS = ["/", "/a", "/b/", "//", "/.", "/..", "/a/../b", "/%2e%2e/c", "/%2E", "/.%2e/", "/%41", "/%C3%A4", "/%ff", "/%00", "/%7f", "/ä", "/日本", "/हि", "/🦀", "/e\u0301", "/~!$&'()*+,;=:@", "/[x]", "/@user", "/a:b", "/http://b"];
const PATHS = ["/%", "/%4", "/%zz", "/%%41", "/a b", "/\u200b", "/\u202e", "/\uffff", "/\ue000", "/\\", "/{a}", "/a|b", "/^", "/`", "/<"];
const QUERIES = ["?a=1", "?", "?a=%20&b=ä", "?'", "?a b", "?%", "?a?b", "?a=1#b"];
const FRAGMENTS = ["#", "#b", "#ä", "#a b", "#%", "#a#b"];
// What stands nowhere, what is escaped, what is dropped, and what only looks harmless.
const NOISE = [..." \t\n\r\v\f\0\x01\x1f\x7f\x80\x85\x9f\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000\ufeff\\<>\"^|{}`%/?#@:[].-_!$&'()*+,;=~\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u2060\u202e\u2066\u2800\u3164\ufe0f\ufffd\u0301\u094d\u{1f1e9}"];
const SLIPS = ["%65", "%2e", "%2F", "%40", "%00", "%", "%zz", "%e0%a4%a", "\\\\", "\r\n", "https://", "//", ".."];

const LONG = [63, 64, 200, 253, 254, 1_000, 2_100];

/** `count` URLs of the grammar, the same for the same seed. */
export function urls(seed, count) {
  const random = new Random(seed);
  return Array.from({ length: count }, () => url(random));
}

function url(random) {
  return random.oneIn(2) ? calm(random) : troubled(random);
}

/** Nothing but the host may be wrong. */
function calm(random) {
  const path = Array.from({ length: random.below(3) }, () => random.pick(GOOD_PATHS)).join("");
  return random.pick(SCHEMES) + host(random, ".") + random.pick(GOOD_PORTS) + path + (random.oneIn(6) ? "?a=ä#b" : "");
}

function troubled(random) {
  const scheme = random.oneIn(8) ? random.pick(BAD_SCHEMES) : random.pick(SCHEMES);
  const path = Array.from({ length: random.below(4) }, () => random.pick(random.oneIn(2) ? PATHS : GOOD_PATHS)).join("");
  const query = random.oneIn(6) ? random.pick(QUERIES) : "";
  const fragment = random.oneIn(8) ? random.pick(FRAGMENTS) : "";
  const port = random.pick(random.oneIn(2) ? PORTS : GOOD_PORTS);
  const text = scheme + random.pick(USERS) + host(random, random.pick(DOTS)) + port + path + query + fragment;
  switch (random.below(6)) {
    case 0:
      return inserted(random, text, random.pick(NOISE));
    case 1:
      return inserted(random, text, random.pick(SLIPS));
    case 2:
      return random.pick(["", " ", "\n", "\u3000", "\ufeff"]) + text + random.pick(["", " ", "\t", "\u0085"]);
    default:
      return text;
  }
}

function host(random, dot) {
  if (random.oneIn(6)) return random.pick(ADDRESSES);
  const labels = Array.from({ length: 1 + random.below(3) }, () => (random.oneIn(3) ? random.pick(WORDS) : label(random)));
  return labels.join(dot) + (random.oneIn(20) ? dot : "");
}

function label(random) {
  const word = () => random.pick(random.oneIn(2) ? WORDS : SCRIPTS);
  switch (random.below(16)) {
    case 0:
      return word() + word();
    case 1:
      return word() + random.pick(["-", "_", "1", "٣", "۳"]) + word();
    case 2:
      return random.pick(["-", "_", "1", "٣", "\u0301", "\u094d", "\u05b0"]) + word();
    case 3:
      return word() + random.pick(["-", "_", "1", "٣", "۳", "\u0301", "-\u0301", "-\u05b0"]);
    case 4:
    case 5:
      return random.pick(PUNYCODE);
    case 6:
      return mistyped(random, random.pick(PUNYCODE));
    case 7:
      return `${random.pick(WORDS)}${codePoint(random)}${random.oneIn(2) ? random.pick(WORDS) : ""}`;
    case 8:
      return codePoint(random) + (random.oneIn(2) ? codePoint(random) : "");
    case 9:
      return random.oneIn(8) ? random.pick(WORDS).slice(0, 1).repeat(random.pick(LONG)) : random.pick(SCRIPTS).repeat(1 + random.below(8));
    default:
      return word();
  }
}

/** A label with one character changed: of punycode, that is another text of any script, or none. */
function mistyped(random, text) {
  const at = Math.min(text.length, 4) + random.below(Math.max(1, text.length - 4));
  return text.slice(0, at) + random.pick([..."abkz059-"]) + text.slice(at + random.below(2));
}

/** Any code point but a surrogate, most of them of the first plane, where most letters are. */
function codePoint(random) {
  const plane = random.pick([0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 14]);
  const point = plane * 0x1_0000 + random.below(random.oneIn(3) ? 0x3000 : 0x1_0000);
  return point >= 0xd800 && point < 0xe000 ? "\u4e00" : String.fromCodePoint(point);
}

function inserted(random, text, piece) {
  const at = random.below(text.length + 1);
  const isInsidePair = /[\ud800-\udbff]$/.test(text.slice(0, at)) && /^[\udc00-\udfff]/.test(text.slice(at));
  return isInsidePair ? text + piece : text.slice(0, at) + piece + text.slice(at);
}

/** Mulberry32. */
class Random {
  #state;

  constructor(seed) {
    this.#state = seed;
  }

  below(count) {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  }

  oneIn(count) {
    return this.below(count) === 0;
  }

  pick(items) {
    return items[this.below(items.length)];
  }
}
