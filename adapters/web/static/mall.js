// What a script adds to pages that work without it: ticking clocks, copying, sharing, reminders, one press only.
import { startCountdowns } from "./countdown.js";
import { offerCopying } from "./copy.js";
import { sendOnce } from "./once.js";
import { remindInPlace } from "./remind.js";
import { offerSharing } from "./share.js";

startCountdowns(document);
offerCopying(document);
offerSharing(document);
remindInPlace(document);
sendOnce(document);
