// Answers pages, a JSON string a line, with what one extractor finds in them, a JSON object a line.
import { createInterface } from "node:readline";
import { parseHTML } from "linkedom";

const extractors = {
  async defuddle() {
    const { Defuddle } = await import("defuddle/node");
    return async (page) => {
      const found = await Defuddle(page, undefined, { useAsync: false }); // nothing is fetched
      return { html: found.content, title: found.title, author: found.author, date: found.published };
    };
  },
  async readability() {
    const { Readability } = await import("@mozilla/readability");
    return async (page) => {
      const found = new Readability(parseHTML(page).document).parse();
      return found && { html: found.content, title: found.title, author: found.byline, date: found.publishedTime };
    };
  },
};

console.log = console.warn = console.error = console.debug = console.info = () => {};
const extract = await extractors[process.argv[2]]();
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  let found = null;
  let error = null;
  try {
    found = await extract(JSON.parse(line));
  } catch (problem) {
    error = String(problem);
  }
  const { user, system } = process.cpuUsage();
  const cost = { microseconds: user + system, kibibytes: process.resourceUsage().maxRSS };
  process.stdout.write(`${JSON.stringify({ found, error, ...cost })}\n`);
}
