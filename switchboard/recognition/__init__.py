"""An utterance becomes hypotheses and acoustic evidence. Engines sit behind `port.Recogniser`."""
