"""Whether the machine's clock may be believed: NTP answers, the kernel's word, the judgement."""
