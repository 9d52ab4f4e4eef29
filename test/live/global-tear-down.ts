import { removeKept } from './global-services';

export default removeKept;
