/**
 * What most of our scripts share, and is small. Each that is begun by itself (`web/app.ts` and what that imports later)
 * imports all of it, so that the build makes one file of it. It would else make one for each set of scripts that share
 * something: a meeting's page fetched six of a few hundred bytes.
 */
import "./device/sign-out.ts";
import "./device/store.ts";
import "./icon.ts";
import "./page/locale.ts";
import "./page/root-length.ts";
import "./page/shows.ts";
import "./section-editor/keyboard.ts";
import "./settings/settings.ts";
import "./strings.ts";
import "./views/views.ts";
