// Choices of settings in words for people.
export const CHOICES: Record<string, string> = {
  "speech.voice=flite": "Flite, small and quick",
  "speech.voice=espeak": "eSpeak NG, many languages",
  "safety.storms=all": "all storms",
  "safety.storms=attacks": "attacks",
  "safety.storms=off": "none",
  "safety.approval=off": "none",
  "safety.approval=doubtful": "doubtful ones",
  "safety.approval=all": "all",
  "safety.approval_then=drop": "drop it",
  "safety.approval_then=say": "say it",
};
