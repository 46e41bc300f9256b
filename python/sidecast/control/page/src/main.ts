import "./style/tokens.css";
import "./style/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { keepFocus } from "./shell/focus";

const page = document.getElementById("page")!;
page.replaceChildren();
keepFocus();
mount(App, { target: page });
