/** Every page's script: light, and on a meeting's page it fetches the rest. */
import { startDevice } from "./device/sign-out.ts";
import { startPage } from "./page/page.ts";

startPage();
startDevice();

const data = document.getElementById("page-data");
if (data) void import("./sync/workspace.ts").then(({ startWorkspace }) => startWorkspace(data.textContent ?? ""));

const stage = document.getElementById("stage-data");
if (stage) void import("./stage/stage.ts").then(({ startStage }) => startStage(stage.textContent ?? ""));
