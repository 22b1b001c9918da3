// Before anything is drawn, as the design system asks: what scripts bring is shown only with them.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
