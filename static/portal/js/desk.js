"use strict";

// The desk's camera: reads with the browser's own detector where there is one, else sends frames to the portal.
(() => {
  const desk = document.querySelector("[data-desk]");
  if (!desk || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;
  const button = desk.querySelector("[data-camera]");
  const video = desk.querySelector("video");
  const said = desk.querySelector("[data-said]");
  const form = desk.querySelector("form");
  const field = form.querySelector("input[name=code]");
  const words = button.textContent;
  const LONGEST_SIDE = 1280;
  let stream = null;

  const detector = async () => {
    if (!("BarcodeDetector" in window)) return null;
    const known = await window.BarcodeDetector.getSupportedFormats().catch(() => []);
    const formats = ["qr_code", "code_128"].filter((each) => known.includes(each));
    return formats.length ? new window.BarcodeDetector({ formats }) : null;
  };
  const frame = () =>
    new Promise((done) => {
      const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(done, "image/jpeg", 0.8);
    });
  const asked = async () => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    body.append("photo", await frame(), "frame.jpg");
    const answer = await fetch(desk.dataset.scan, { method: "POST", body, credentials: "same-origin" });
    const told = await answer.json();
    if (!answer.ok) said.textContent = told.message;
    return told.code;
  };
  const close = () => {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
    button.textContent = words;
  };
  const look = async (reader) => {
    while (stream) {
      let code = "";
      if (video.videoWidth) {
        try {
          code = reader ? ((await reader.detect(video))[0] || {}).rawValue || "" : await asked();
        } catch {
          reader = null;
        }
      }
      if (code && stream) {
        close();
        said.textContent = desk.dataset.found;
        field.value = code;
        form.requestSubmit();
        return;
      }
      await new Promise((done) => window.setTimeout(done, reader ? 150 : 600));
    }
  };
  const open = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    } catch {
      said.textContent = desk.dataset.refused;
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    button.textContent = button.dataset.stop;
    said.textContent = desk.dataset.looking;
    await video.play();
    look(await detector());
  };
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    if (stream) {
      close();
      said.textContent = "";
      field.focus();
    } else {
      open();
    }
  });
})();
