// What a script adds to pages that work without it: ticking clocks, copying, one press only.
import { startCountdowns } from "./countdown.js";
import { offerCopying } from "./copy.js";
import { sendOnce } from "./once.js";

startCountdowns(document);
offerCopying(document);
sendOnce(document);
