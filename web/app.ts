/** Every page's script: light, and on a meeting's page it fetches the rest. */
import "./common.ts";
import { startDevice } from "./device/sign-out.ts";
import { startFolds } from "./page/folds.ts";
import { startNewMeeting } from "./page/new-meeting.ts";
import { startPage } from "./page/page.ts";

startPage();
startFolds();
startDevice();

const student = document.querySelector<HTMLSelectElement>("select[data-student]");
if (student) startNewMeeting(student);

const data = document.getElementById("page-data");
if (data) void import("./sync/workspace.ts").then(({ startWorkspace }) => startWorkspace(data.textContent ?? ""));

const stage = document.getElementById("stage-data");
if (stage) void import("./stage/stage.ts").then(({ startStage }) => startStage(stage.textContent ?? ""));

const slider = document.querySelector<HTMLElement>("[data-time-slider]");
if (slider) void import("./history/time-slider.ts").then(({ startTimeSlider }) => startTimeSlider(slider));

const words = document.querySelector<HTMLFormElement>("form[data-own-words]");
if (words) void import("./own-words/own-words.ts").then(({ startOwnWords }) => startOwnWords(words));

const check = document.getElementById("record-check-data");
if (check) void import("./record-check/page.ts").then(({ startRecordCheck }) => startRecordCheck(check.textContent ?? ""));
